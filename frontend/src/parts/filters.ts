/** A field of the search form above a list; `key` is the query parameter. */
export interface Filter {
  key: string
  label: string
  kind: 'text' | 'select' | 'day'
  options?: { value: string; label: string }[]
  /** Width in pixels; the default fits six Chinese characters. */
  width?: number
}
