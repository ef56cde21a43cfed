#= str [True, True, False, True]
own = [1]
own.append(own)
ans = str([own == own, own in own, own != own, [own] == [own]])
