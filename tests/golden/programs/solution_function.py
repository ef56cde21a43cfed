#= int 21
def solution():
    """A gardener plants 7 rows of tulips, 5 in a row, and 14 wilt. How many are left?"""
    rows = 7
    per_row = 5
    wilted = 14
    left = rows * per_row - wilted
    result = left
    return result
