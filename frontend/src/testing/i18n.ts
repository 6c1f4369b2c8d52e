// Unit tests read the texts of the desk: all.
import '../i18n/desk'

export * from '../i18n'
