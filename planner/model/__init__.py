"""The linear program: what it is made from, its variables, one function per equation, and its assembly."""
