import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/training/banks', name: 'exam-banks', component: () => import('./pages/BanksPage.vue'), meta: { title: 'exam.banks', action: 'exam.bank.list', menu: { group: 'training', order: 70 } } },
  { path: '/training/papers', name: 'exam-papers', component: () => import('./pages/PapersPage.vue'), meta: { title: 'exam.papers', action: 'exam.paper.list', menu: { group: 'training', order: 72 } } },
  { path: '/training/papers/:id(\\d+)', name: 'exam-paper', component: () => import('./pages/PaperPage.vue'), meta: { title: 'exam.paper', action: 'exam.result.list' } },
  { path: '/training/exams', name: 'exam-tasks', component: () => import('./pages/ExamsPage.vue'), meta: { title: 'exam.exams', action: 'exam.task.list', menu: { group: 'training', order: 74 } } },
  { path: '/training/exams/:id(\\d+)', name: 'exam-task', component: () => import('./pages/TaskPage.vue'), meta: { title: 'exam.exams', action: 'exam.task.list' } },
  { path: '/training/exam-results', name: 'exam-results', component: () => import('./pages/ResultsPage.vue'), meta: { title: 'exam.results', action: 'exam.result.list', menu: { group: 'training', order: 76 } } },
  { path: '/training/exam-results/:id(\\d+)', name: 'exam-result', component: () => import('./pages/SittingPage.vue'), meta: { title: 'exam.sitting', action: 'exam.result.list' } },
]
