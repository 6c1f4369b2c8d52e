import type { Schema } from '@/api/client'

export type Rule = Schema<'DeadlineRuleView'>
export type Line = Schema<'DeadlineLineView'>

/** What the fields of a rule start with: its usual values, and today where it asks for it. */
export function initial(rule: Rule, today: string): Record<string, string> {
  return Object.fromEntries(rule.inputs.map((input) => {
    if (input.kind === 'choice') return [input.key, input.options[0] ?? '']
    if (input.kind === 'number') return [input.key, String(input.usual)]
    return [input.key, input.key === 'today' ? today : '']
  }))
}

/** Whether everything is given that the rule cannot do without. */
export function complete(rule: Rule, values: Record<string, string>): boolean {
  return rule.inputs.every((input) => input.optional || Boolean(values[input.key]))
}

/** What is sent: only what was given. */
export function given(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value))
}
