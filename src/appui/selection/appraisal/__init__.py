"""What projects are worth by several criteria: weights, scores, ranks, and how firm they are.

Pure: arrays in, arrays out. A matrix has a row a project and a column a criterion.
"""
