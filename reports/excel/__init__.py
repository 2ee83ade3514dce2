"""The Excel workbooks of a release: the printed forms, the targets and the overdue dossiers, one workbook a unit and period."""
