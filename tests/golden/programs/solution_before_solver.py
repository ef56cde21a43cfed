#= int 3
def solver():
    return 4
def solution():
    return 3
