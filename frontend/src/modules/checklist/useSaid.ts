import { useI18n } from 'vue-i18n'
import { clauses, listed } from '@/parts/list'
import { limitText, type Asked } from './useGroups'

/** Answers a function that says one field of an item in words, for showing old beside new. */
export function useSaid(posts: () => Record<string, string> | undefined): (ask: Asked | undefined, field: string) => string {
  const { t } = useI18n()
  const grounds = (ask: Asked): string => clauses([...ask.basis, ...ask.majorBasis].map((clause) => `${clause.ref}${clause.clause}`))
  const words: Record<string, (ask: Asked) => string> = {
    requirement: (ask) => ask.requirement,
    original: (ask) => ask.original ?? '',
    method: (ask) => ask.method,
    frequency: (ask) => t(`checklist.frequencies.${ask.frequency}`),
    level: (ask) => (ask.raised ? t('checklist.raised') : t(`checklist.levels.${ask.level}`)),
    basis: grounds,
    photo: (ask) => t(`checklist.photoShort.${ask.photoAlways ? 'always' : ask.mustPhoto ? 'failed' : 'never'}`),
    limit: (ask) => limitText(ask.limit),
    posts: (ask) => listed(ask.posts.map((post) => posts()?.[post] ?? post)),
    phrases: (ask) => listed(ask.phrases),
    module: (ask) => ask.moduleName || t('checklist.own'),
  }
  return (ask, field) => (ask ? words[field]?.(ask) ?? '' : '')
}
