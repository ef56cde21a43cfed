#= int 9
def solution():
    return 9
print(solution())
