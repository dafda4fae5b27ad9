"""The mathematics of one plan: nodes, activities, resources and goals; program, prices and certificate."""
