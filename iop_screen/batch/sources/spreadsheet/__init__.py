"""Workbooks of Excel (XLSX) and LibreOffice (ODS) as sources of forms."""
