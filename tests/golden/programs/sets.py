#= str 2 True
red = {1, 2, 3, 4}
blue = {3, 4, 5}
ans = f"{len(red & blue)} {5 in red | blue}"
