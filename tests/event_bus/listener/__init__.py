"""An app that writes down what is heard of badges, for the test to read which started the process."""
