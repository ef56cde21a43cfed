#= int 7
total: int
def solution():
    count: float
    count = 3
    return count + 4
ans = solution()
