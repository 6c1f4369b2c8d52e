/**
 * What an item of the form is called: general.found → 一般隐患·排查, lines.major.A01.open → A01·期末未整改. Words that name
 * no item are shown as they were written.
 */
export function itemName(item: string, say: (key: string) => string, known: (key: string) => boolean): string {
  const parts = item.split('.')
  const last = parts.at(-1) ?? ''
  const word = (key: string): string => (known(key) ? say(key) : '')
  if (parts[0] === 'lines' && parts.length === 4) return `${word(`selfreport.form.${parts[1]}`)} ${parts[2]}·${word(`selfreport.form.${last}`) || last}`
  if (parts.length === 2 && (parts[0] === 'general' || parts[0] === 'major')) return `${word(`selfreport.form.${parts[0]}`)}·${word(`selfreport.form.${last}`) || last}`
  if (parts.length === 2 && parts[0] === 'plans') return `${word('selfreport.items.plans')}·${word(`selfreport.planItems.${last}`) || last}`
  if (parts.length === 2 && parts[0] === 'company') return word(`selfreport.companyItems.${last}`) || item
  return word(`selfreport.items.${item}`) || item
}
