/** The address of the PDF of labels: what the list was filtered by, the sheet, and the first label that is left on it. */
export function labelsAddress(query: Record<string, string>, layout: string, first: number): string {
  const params = new URLSearchParams({ ...query, layout, first: String(first) })
  return `/api/checklist/points/labels?${params.toString()}`
}
