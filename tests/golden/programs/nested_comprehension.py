#= int 18
grid = [[1, 2, 3], [4, 5, 6]]
ans = sum(cell for row in grid for cell in row if cell % 2 == 0) + sum(row[0] for row in grid) + 1
