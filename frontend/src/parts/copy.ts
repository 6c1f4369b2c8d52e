/**
 * Puts a text on the clipboard. The browser's clipboard exists only in secure contexts; on a workshop's plain http the old
 * way does it. False where neither is allowed: show the text to be copied by hand.
 */
export async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard && globalThis.isSecureContext) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused: by hand, then.
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.style.position = 'fixed'
  area.style.top = '-1000px'
  const focused = document.activeElement as HTMLElement | null
  document.body.append(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    focused?.focus()
  }
}
