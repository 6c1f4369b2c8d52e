import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/companies/:id(\\d+)', name: 'dossier', component: () => import('./pages/DossierPage.vue'), meta: { title: 'oversight.dossier', action: 'dossier.page.read', parent: 'overseen' } },
  { path: '/responsible', name: 'responsible', component: () => import('./pages/PeoplePage.vue'), meta: { title: 'dossier.people', action: 'dossier.responsible.list', menu: { group: 'oversight', order: 15, kinds: ['regulator'] } } },
  { path: '/in-place', name: 'in-place', component: () => import('./pages/OwnPage.vue'), meta: { title: 'dossier.own', action: 'dossier.light.read', menu: { group: 'company', order: 22, kinds: ['company'] } } },
]
