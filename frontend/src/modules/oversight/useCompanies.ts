import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Column } from '@/parts/columns'
import type { Filter } from '@/parts/filters'
import { score } from '@/parts/format'
import { trade } from '@/parts/industry'
import { rate, type BoardRow } from './useBoard'

/** Fields of the search form above the graded list. */
export function useFilters(): ComputedRef<Filter[]> {
  const { t } = useI18n()
  const yes = (label: string): Filter['options'] => [{ value: 'true', label }]
  const days = (key: string): Filter['options'] => [30, 90, 180].map((n) => ({ value: String(n), label: t(key, { n }) }))
  const bands = (key: string, ends: [number, number][]): Filter['options'] => ends.map(([from, until]) => ({ value: `${from}-${until}`, label: t(key, { from, until }) }))
  return computed(() => [
    { key: 'name', label: t('oversight.name'), kind: 'text' },
    { key: 'colour', label: t('oversight.colour'), kind: 'many', width: 130, options: [1, 2, 3, 4].map((value) => ({ value: String(value), label: t(`oversight.colours.${value}`) })) },
    { key: 'overdue', label: t('oversight.overdue'), kind: 'select', width: 110, options: yes(t('oversight.filterOverdue')) },
    { key: 'missing', label: t('oversight.missing'), kind: 'select', width: 110, options: yes(t('oversight.filterMissing')) },
    { key: 'majors', label: t('oversight.majorOpen'), kind: 'select', width: 130, options: yes(t('oversight.filterMajors')) },
    { key: 'open', label: t('oversight.open'), kind: 'select', width: 120, options: yes(t('oversight.filterOpen')) },
    { key: 'level', label: t('oversight.level'), kind: 'many', width: 150, options: ['1', '2', '3', 'pass', '-'].map((value) => ({ value, label: t(`oversight.levels.${value}`) })) },
    { key: 'gradeUntil', label: t('oversight.gradeUntil'), kind: 'select', width: 130, options: days('oversight.within') },
    { key: 'class', label: t('oversight.class'), kind: 'many', width: 120, options: ['A', 'B', 'C', 'D'].map((value) => ({ value, label: value })) },
    { key: 'size', label: t('oversight.size'), kind: 'many', width: 130, options: [1, 2, 3, 4].map((value) => ({ value: String(value), label: t(`oversight.sizes.${value}`) })) },
    { key: 'live', label: t('oversight.live'), kind: 'select', width: 120, options: bands('oversight.band', [[0, 59], [60, 74], [75, 89], [90, 100]]) },
    { key: 'certificates', label: t('oversight.certificates'), kind: 'select', width: 130, options: bands('oversight.certBand', [[0, 59], [0, 99], [100, 100]]) },
    { key: 'silent', label: t('oversight.silent'), kind: 'select', width: 140, options: days('oversight.silentDays') },
    { key: 'inactive', label: t('oversight.activated'), kind: 'select', width: 110, options: yes(t('oversight.filterInactive')) },
    { key: 'must', label: t('oversight.mustJoin'), kind: 'select', width: 110, options: yes(t('oversight.filterMust')) },
    { key: 'signals', label: t('oversight.signals'), kind: 'select', width: 110, options: yes(t('oversight.filterSignals')) },
    { key: 'industry', label: t('oversight.industry'), kind: 'text', width: 110 },
    { key: 'person', label: t('oversight.person'), kind: 'text', width: 120 },
    { key: 'uscc', label: t('oversight.uscc'), kind: 'text', width: 190 },
  ])
}

/** Columns of the graded list; within one county (`any`) each sorts. */
export function useColumns(any: () => boolean): ComputedRef<Column<BoardRow>[]> {
  const { t } = useI18n()
  return computed(() => {
    const by = (sort: string): string | undefined => (any() ? sort : undefined)
    return [
      { key: 'name', title: t('oversight.name'), minWidth: 300, fixed: 'left', sort: by('name') },
      { key: 'colour', title: t('oversight.colour'), width: 100, sort: 'standing' },
      { key: 'score', title: t('oversight.score'), width: 90, align: 'right', sort: by('score'), format: (row) => (row.measured > 0 ? score(row.score) : t('oversight.notMeasured')) },
      { key: 'level', title: t('oversight.level'), width: 100, sort: by('level'), format: (row) => (row.level ? t(`oversight.levels.${row.level}`) : '—') },
      { key: 'gradeUntil', title: t('oversight.gradeUntil'), width: 120, extra: true, sort: by('gradeUntil') },
      { key: 'live', title: t('oversight.live'), width: 100, align: 'right', sort: by('live'), format: (row) => (row.live < 0 ? '—' : score(row.live)) },
      { key: 'class', title: t('oversight.class'), width: 75, extra: true, sort: by('class'), format: (row) => row.class || '—' },
      { key: 'town', title: t('oversight.town'), minWidth: 110, sort: by('town') },
      { key: 'grid', title: t('oversight.grid'), minWidth: 110, extra: true },
      { key: 'industry', title: t('oversight.industry'), width: 140, sort: by('industry'), format: (row) => trade(row.industry, (key) => t(key)) },
      { key: 'size', title: t('oversight.size'), width: 100, sort: by('size'), format: (row) => `${t(`oversight.sizes.${row.size}`)}${row.aboveScale ? ` · ${t('oversight.aboveScale')}` : ''}` },
      { key: 'open', title: t('oversight.open'), width: 115, align: 'right', sort: 'open' },
      { key: 'overdue', title: t('oversight.overdue'), width: 85, align: 'right', sort: 'overdue' },
      { key: 'majorOpen', title: t('oversight.majorOpen'), width: 100, align: 'right', sort: by('majors') },
      { key: 'missing', title: t('oversight.missing'), width: 80, align: 'right', sort: by('missing') },
      { key: 'lastReport', title: t('oversight.lastReport'), width: 115, sort: 'report', format: (row) => row.lastReport || t('oversight.never') },
      { key: 'certificates', title: t('oversight.certificates'), width: 95, align: 'right', sort: by('certificates'), format: (row) => rate(row.certNum, row.certDen) },
      { key: 'funds', title: t('oversight.funds'), width: 110, align: 'right', extra: true, sort: by('funds'), format: (row) => rate(row.fundNum, row.fundDen) },
      { key: 'mustJoin', title: t('oversight.mustJoin'), width: 90, extra: true, sort: by('must'), format: (row) => t(row.mustJoin ? 'parts.yes' : 'parts.no') },
      { key: 'signals', title: t('oversight.signals'), width: 110, align: 'right', extra: true, sort: by('signals') },
      { key: 'activated', title: t('oversight.activated'), width: 90, extra: true, sort: by('activated'), format: (row) => t(row.activated ? 'parts.yes' : 'parts.no') },
      { key: 'person', title: t('oversight.person'), width: 100, extra: true, sort: by('person') },
      { key: 'contactName', title: t('oversight.contact'), width: 110, extra: true },
      { key: 'contactPhone', title: t('oversight.phone'), minWidth: 130, extra: true },
      { key: 'uscc', title: t('oversight.uscc'), width: 190, extra: true, sort: by('uscc') },
    ]
  })
}
