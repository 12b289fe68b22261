"""What a unit hands in (填报件): its model, its readers, the blank workbook."""
