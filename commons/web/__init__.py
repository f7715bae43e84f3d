"""The web frame that the office's and the district's program share: headers, language, forms, errors, looks."""
