"""The library: past reports, the Regulation and the notices on the form, cut into passages and searchable."""
