"""What a microcredential is and when it is earned: pure, no Django, no clock, no database."""
