#= int 12
def area(width: int, height: int = 3) -> int:
    size: int = width * height
    return size
ans: int = area(4)
