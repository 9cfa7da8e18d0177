"""CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups."""
