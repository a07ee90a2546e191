"""What microcredentials there are: drafts, versions, offerings and the index of what they listen to."""
