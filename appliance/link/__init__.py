"""The line to the district: carries what waits, takes in what comes, round the conversation of protocol."""
