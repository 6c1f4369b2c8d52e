// Large text for the whole field UI, kept on the phone: whoever holds it reads it so.
const KEY = 'anbiao.field.large'

/** Whether large text is on. */
export function isLarge(): boolean {
  return localStorage.getItem(KEY) === '1'
}

/** Switches large text on or off, now and for the next visits. */
export function setLarge(on: boolean): void {
  if (on) localStorage.setItem(KEY, '1')
  else localStorage.removeItem(KEY)
  document.documentElement.classList.toggle('large', on)
}
