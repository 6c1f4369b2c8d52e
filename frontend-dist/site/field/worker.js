// Keeps the phone pages so that they open without network. The build puts the list of files in. It never touches
// /api: what the server said is kept by the pages themselves, by person.
const FILES = ["/icon.svg","/field/manifest.webmanifest","/field/icon-192.png","/assets/ActivatePage-BoPe9igA.js","/assets/ActivatePage-dWELifoE.css","/assets/BeforeAfter-WudP9clS.css","/assets/BeforeAfter-tA5I3nGh.js","/assets/CertificateCard-BGf5Ju7p.js","/assets/CheckPage-BAJiq6mW.js","/assets/CheckPage-T0hS-mho.css","/assets/DeedPage-Cf9fLfDt.css","/assets/DeedPage-DjOU2J3p.js","/assets/DutiesPage-BaweB5L5.css","/assets/DutiesPage-CBSWhy20.js","/assets/DutyPage-CPyhnxGl.css","/assets/DutyPage-U2Te1dj6.js","/assets/DutyTasksPage-CauDdXjf.css","/assets/DutyTasksPage-DkGMgAz5.js","/assets/EvaluatePage-Bb-V9rKz.css","/assets/EvaluatePage-D8Lmb3Xa.js","/assets/EvaluationsPage-B25NDF-4.css","/assets/EvaluationsPage-CcsiW7r1.js","/assets/FixPage-BGzEt7fP.css","/assets/FixPage-C-bIx76E.js","/assets/HazardPage-7TIycHLq.css","/assets/HazardPage-qfB_K0km.js","/assets/InboxPage-5Z8RtC0u.js","/assets/InboxPage-D3mOfCsA.css","/assets/InstallCard-BLx8zQeF.js","/assets/InstallCard-i_MV-_vK.css","/assets/LanguageBar-BeDA-F20.css","/assets/LanguageBar-C2cnTj_P.js","/assets/LetterPage-7Ozzoogy.js","/assets/LetterPage-C6O4-3NF.css","/assets/LetterPaper-Beb4COb2.css","/assets/LetterPaper-D2kH6Pee.js","/assets/LettersPage-CaFVLv-x.js","/assets/LettersPage-Ithvq6aT.css","/assets/LevelTag-CgdoyROy.css","/assets/LevelTag-t5yGRo09.js","/assets/LinkPage-ChGwUM52.css","/assets/LinkPage-Dn6Km9ut.js","/assets/LoadedPage-BRXYbmMO.js","/assets/LoadedPage-D2uXTcgb.css","/assets/LoginPage-B5ZGo159.css","/assets/LoginPage-BeHkuvL5.js","/assets/MainTabs-CteQA5k7.js","/assets/MainTabs-IVZ97fZ3.css","/assets/MePage-55_naFEv.js","/assets/MePage-Bd7hdKsS.css","/assets/OutsidePage-CZ3IPf7I.css","/assets/OutsidePage-gqz7McMD.js","/assets/PageFrame-D77oN2H3.css","/assets/PageFrame-DurywXBU.js","/assets/ParcelCard-AmFxvdcw.js","/assets/ParcelCard-BeqcQCQp.css","/assets/ParcelEnd-1zSotMcD.css","/assets/ParcelEnd-BJNjmEmO.js","/assets/PermitCard-14MPqOfW.js","/assets/PermitCard-Cru_2OQM.css","/assets/PermitNewPage-Br3LCCqf.js","/assets/PermitNewPage-ChVlCsnY.css","/assets/PermitPage-B4-SzJkA.js","/assets/PermitPage-k3LyoWXg.css","/assets/PermitsPage-CFq8JhPY.js","/assets/PermitsPage-D7cm1_fs.css","/assets/PhotoPick-Dq-T93eg.js","/assets/PhotoPick-YD_0hyDr.css","/assets/PhotoRow-BkhbLOsV.css","/assets/PhotoRow-mweWMzIM.js","/assets/PhraseChips-B3XAjsZc.js","/assets/PhraseChips-DkWAZchv.css","/assets/PostersPage-BNytZN6n.css","/assets/PostersPage-Bm4tmQmy.js","/assets/ProblemNote-BpCc_fAi.js","/assets/ProblemNote-FZalFKIf.css","/assets/QueuePage-Ca4tdkKI.js","/assets/QueuePage-DGQPSazp.css","/assets/ReportPage-C_MWDsZx.css","/assets/ReportPage-D0LymvnE.js","/assets/RewardsPage-BCWHVINB.css","/assets/RewardsPage-I3IwG0GZ.js","/assets/ScanPage-BRGh214e.css","/assets/ScanPage-BigZ5hYe.js","/assets/ScorePage-D7u3StAg.css","/assets/ScorePage-KREqLR-z.js","/assets/ScoresPage-Cvv3hi98.js","/assets/ScoresPage-jUIwl9Dj.css","/assets/SetUpPage-B23mL2t6.js","/assets/SetUpPage-E4OxjJTy.css","/assets/SignSheet-CQk_rJ3U.js","/assets/SignSheet-DZ8chMuR.css","/assets/SignaturePad-BsHaKBIl.css","/assets/SignaturePad-CSUXowd1.js","/assets/SnapPage-Ci1F1zDp.js","/assets/TodayPage-DoTkxoJd.css","/assets/TodayPage-U8kWL553.js","/assets/_plugin-vue_export-helper-BDNMzG2s.js","/assets/accident-Fp_h5ZZU.js","/assets/account-Dd6-xcqa.js","/assets/activation-B7hkWzVf.js","/assets/address-Bd6doNeh.js","/assets/audit-BAKK9f_k.js","/assets/award-DjDDik5Y.js","/assets/certificate-BtSOoymT.js","/assets/check-BLpMwYBr.js","/assets/checkbox-BFH3cLPw.js","/assets/checkbox-Dm__LFta.css","/assets/checklist-yvVJ6pm2.js","/assets/company-CWinDxta.js","/assets/contractor-BFzWXG74.js","/assets/deadline-vmF--k1S.js","/assets/dossier-DOwCrGXH.js","/assets/due-DYk22sR9.js","/assets/duty-Bb3Cxvdh.js","/assets/emergency-DjosCm-3.js","/assets/enrolment-CTBBUlLO.js","/assets/equipment-CcUIm_BK.js","/assets/evaluation-DlkOqw1T.js","/assets/evidence-CQD1pIPY.js","/assets/fault-BqtPmpy2.js","/assets/field-BCMy1Fw0.css","/assets/field-DGgmEH1p.js","/assets/field-Dv3yGryW.js","/assets/fieldPermit-DbIoRxUd.js","/assets/font-49908267.woff2","/assets/format-Nq8nrgri.js","/assets/function-call-D7mPhlSf.js","/assets/function-call-D8GB6_3n.js","/assets/grading-B61dtfaN.js","/assets/hash-C9q1SgCD.js","/assets/hazard-CiZziiNF.js","/assets/home-DlL89vWc.js","/assets/import-paf3kKEW.js","/assets/inspection-nRZV-HWT.js","/assets/instrument-DOwCrGXH.js","/assets/interceptor-gzspcVDd.js","/assets/letter-DNi7XhuW.js","/assets/list-BjufQHlJ.js","/assets/listing-ESjMg3bX.js","/assets/livescore-CuhVbA5u.js","/assets/meeting-CrzcN00i.js","/assets/notice-Dr7yp805.js","/assets/on-popup-reopen-Dir-O8SO.js","/assets/oversight-DwHiwvcq.js","/assets/parts-D1rn3r95.js","/assets/patrol-DOwCrGXH.js","/assets/penalty-DOwCrGXH.js","/assets/people-YRiKEExJ.js","/assets/performance-DmxhvOun.js","/assets/permit-DY5daryX.js","/assets/permitServer-iuALlOvo.js","/assets/popup-BXkT_0uB.js","/assets/programme-DOwCrGXH.js","/assets/proof-DagD9yxx.js","/assets/protection-D2k32j_B.js","/assets/queue-BUpOJL3D.js","/assets/register-CTlFiWDE.js","/assets/reportItem-Ee3Z4wMP.js","/assets/responsibility-aHlz8XTB.js","/assets/reward-79pB2q2o.js","/assets/risk-CmgvaaJN.js","/assets/role-4qmkRGEc.js","/assets/rubric-CBQDREuD.js","/assets/say-iME8NQ9M.js","/assets/selfreport-CMzqA-dv.js","/assets/shell-DOQCRsvg.js","/assets/signature-DRYLZUnU.js","/assets/staff-C_3oTwEG.js","/assets/standardization-5aIp6JOE.js","/assets/style-BKC72xPJ.css","/assets/style-BTxaW5oo.css","/assets/style-BeZTH7Nv.js","/assets/style-Bjr-1vAo.css","/assets/style-Bsn4ZUmo.css","/assets/style-Bsp-knLV.css","/assets/style-Cd8rBCEy.js","/assets/style-D1yHcRhe.js","/assets/style-D4vPvTRK.css","/assets/style-DGy3pws_.js","/assets/style-DHe9ezBL.js","/assets/style-DWkSuADp.js","/assets/style-DnYcvOhI.css","/assets/style-HVic_LT_.js","/assets/style-NVByAwOX.js","/assets/style-NtjS27p9.js","/assets/tag-CbBQTtH-.js","/assets/transfer-DFaZ_Gyi.js","/assets/transport-B9lyBeRn.js","/assets/use-expose-Duaf28BR.js","/assets/use-id-YNi5t0Vk.js","/assets/useCamera-CE8GTUQq.js","/assets/useForms-14dKnc9P.css","/assets/useForms-ViFbrRU2.js","/assets/useIntent-DCjRrbOX.js","/assets/useLoad-BLneGzlW.js","/assets/useMe-B6hPYxlU.js","/assets/useParcel-DaPY_LaD.js","/assets/usePermit-u1mYOOm2.js","/assets/usePosition-B4HAOa1_.js","/assets/usePosition-COyK1ZEs.css","/assets/useQueue-CF7Z0Av1.js","/assets/useSaid-B-QAsEUB.js","/assets/visit-DOwCrGXH.js"]
const VERSION = '66a19a70be7c'
const CACHE = `anbiao-field-${VERSION}`
const PAGE = '/field/'
const PATIENCE = 4000

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...FILES].map((path) => new Request(path, { cache: path === PAGE ? 'reload' : 'default' })))),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith('anbiao-field-') && name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  )
})

/** The page of the day; the kept one when the network is silent. */
async function page(request) {
  const kept = await caches.match(PAGE, { cacheName: CACHE })
  const fresh = fetch(request)
  if (!kept) return fresh
  const silent = new Promise((done) => setTimeout(() => done(kept), PATIENCE))
  return Promise.race([fresh.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), silent])
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const address = new URL(request.url)
  if (request.method !== 'GET' || address.origin !== location.origin || address.pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') {
    if (address.pathname.startsWith(PAGE)) event.respondWith(page(request))
    return
  }
  if (FILES.includes(address.pathname)) event.respondWith(caches.match(request, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)))
})
