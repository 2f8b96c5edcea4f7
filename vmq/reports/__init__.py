"""What the journal says of calls and agents, told in the forms people ask for: pure functions over its entries."""
