import { useI18n } from 'vue-i18n'

/** Words for what was refused: the server tells codes and actions. */
export function useRefusals() {
  const { t, te } = useI18n()

  function kindOf(kind: string): string {
    return t(`account.refusals.kinds.${kind}`)
  }

  function whatOf({ kind, what }: { kind: string; what: string }): string {
    const key = kind === 'permission' ? `audit.actions.${what.replaceAll('.', '_').replaceAll('-', '_')}` : `account.refusals.code.${what.replace('account.', '')}`
    return te(key) ? t(key) : what
  }

  return { kindOf, whatOf }
}
