import { useI18n } from 'vue-i18n'
import { limitText, type Asked } from './useGroups'

/** Answers a function that says one field of an item in words, for showing old beside new. */
export function useSaid(posts: () => Record<string, string> | undefined): (ask: Asked | undefined, field: string) => string {
  const { t } = useI18n()
  const listed = (ask: Asked): string => [...ask.basis, ...ask.majorBasis].map((clause) => `${clause.ref}${clause.clause}`).join('；')
  const words: Record<string, (ask: Asked) => string> = {
    requirement: (ask) => ask.requirement,
    original: (ask) => ask.original ?? '',
    method: (ask) => ask.method,
    frequency: (ask) => t(`checklist.frequencies.${ask.frequency}`),
    level: (ask) => (ask.raised ? t('checklist.raised') : t(`checklist.levels.${ask.level}`)),
    basis: listed,
    photo: (ask) => t(`checklist.photoShort.${ask.photoAlways ? 'always' : ask.mustPhoto ? 'failed' : 'never'}`),
    limit: (ask) => limitText(ask.limit),
    posts: (ask) => ask.posts.map((post) => posts()?.[post] ?? post).join('、'),
    phrases: (ask) => ask.phrases.join('、'),
    module: (ask) => ask.moduleName || t('checklist.own'),
  }
  return (ask, field) => (ask ? words[field]?.(ask) ?? '' : '')
}
