/** A field the rows can have, e.g. 统一社会信用代码. */
export interface ImportField {
  key: string
  label: string
  required: boolean
}

/** A column found in the file and the field it was taken for; `field` is empty when it is left out. */
export interface ImportColumn {
  index: number
  header: string
  field: string
}

/** One cell that cannot be taken, named as the sheet names it. */
export interface CellError {
  id: string
  /** Row number in the sheet, counted as Excel does. */
  row: number
  column: string
  value: string
  message: string
}

/** What the server read in an uploaded file, before anything is saved. */
export interface ImportPreview {
  id: string
  fields: ImportField[]
  columns: ImportColumn[]
  total: number
  good: number
  bad: number
  errors: CellError[]
}

/** How far a committed import is, and in the end what it did. */
export interface ImportProgress {
  state: 'waiting' | 'running' | 'done' | 'failed'
  done: number
  total: number
  created: number
  updated: number
  unchanged: number
  refused: number
  /** Address of the file with the refused rows. */
  errorFile?: string
  message?: string
}

/** The server side of one kind of import. */
export interface Importer {
  /** Address of the template to download. */
  template?: string
  upload(file: File, key: string): Promise<ImportPreview>
  /** Reads the file again with other columns. */
  remap(id: string, columns: ImportColumn[], key: string): Promise<ImportPreview>
  commit(id: string, key: string): Promise<void>
  progress(id: string): Promise<ImportProgress>
}

/** The required fields that no column of the file was taken for. */
export function missingFields(preview: ImportPreview): ImportField[] {
  const taken = new Set(preview.columns.map((column) => column.field))
  return preview.fields.filter((field) => field.required && !taken.has(field.key))
}
