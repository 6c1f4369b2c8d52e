/** A field of the search form above a list; `key` is the query parameter. */
export interface Filter {
  key: string
  label: string
  /** `many` takes several options; they stand in the address separated by commas. */
  kind: 'text' | 'select' | 'many' | 'day'
  options?: { value: string; label: string }[]
  /** Width in pixels; the default fits six Chinese characters. */
  width?: number
}
