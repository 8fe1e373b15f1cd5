"""FHIR: responses to a questionnaire as sources of forms."""
