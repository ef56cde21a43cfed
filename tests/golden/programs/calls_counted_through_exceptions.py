#= int 40
def down(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        return down(n - 1)
    except KeyError:
        return 0

caught = 0
for i in range(40):
    try:
        down(50)
    except ValueError:
        caught += 1
ans = caught
