#= int 44
# A crate holds 12 jars; 3 crates arrive and 8 jars break. Each good jar gives 4 spoons, shared by 28.
jars = 12 * 3
good = jars - 8
spoons = good * 4
ans = spoons // 28 + 40
