"""The one place where data meets colour: values in, strips of styled cells out. Pure."""
