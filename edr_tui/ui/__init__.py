"""The screen: the only Textual code. It draws updates and sends the analyst's words to the engine."""
