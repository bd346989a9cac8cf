"""The Azure tutorial's programs, written anew, as clients of Tailcast and as servers before its emulator."""
