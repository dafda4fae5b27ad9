"""One file for each thing of the real world: what it reads, its activities and resources, its equations."""
