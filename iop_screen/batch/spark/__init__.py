"""Files that Spark reads, and a folder of results that Spark writes, without Python for any row."""
