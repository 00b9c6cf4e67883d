# A shell with a child in the background: both hold the pipes when the shell itself is killed. The odd number is what they
# are known by.
sleep 3.0471 &
sleep 3.0471
