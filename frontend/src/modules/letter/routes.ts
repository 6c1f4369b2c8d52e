import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/letters', name: 'letters', component: () => import('./pages/LettersPage.vue'), meta: { title: 'letter.title', action: 'letter.letter.list', menu: { group: 'staff', order: 60 } } },
  { path: '/letters/mine', name: 'letters.mine', component: () => import('./pages/MyLettersPage.vue'), meta: { title: 'letter.mine', action: 'letter.letter.sign', menu: { group: 'staff', order: 61 } } },
  { path: '/letters/figures', name: 'letters.figures', component: () => import('./pages/FiguresPage.vue'), meta: { title: 'letter.figures', action: 'letter.round.list', menu: { group: 'oversight', order: 60, kinds: ['regulator'] } } },
  { path: '/letters/:id(\\d+)', name: 'letter', component: () => import('./pages/LetterPage.vue'), meta: { title: 'letter.one', action: 'letter.letter.read', parent: 'letters' } },
  { path: '/letters/scans/:id(\\d+)', name: 'letter.scan', component: () => import('./pages/ScanPage.vue'), meta: { title: 'letter.scan', action: 'letter.scan.file', parent: 'letters' } },
]
