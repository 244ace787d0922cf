# Cuvintele paginilor pe care se schimbă ceva.

page-data = Date
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
data-bring = Adu un fișier
data-file = Fișier
data-file-rule = CSV, TSV, JSON Lines, Parquet sau xlsx, ca atare sau .gz și .zst, până la { $most }. Întâi vedeți ce rezultă; nimic nu se importă fără acordul dumneavoastră.
data-send = Trimite și previzualizează
data-waiting = Fișiere în așteptare
data-size = Dimensiune
data-sent-by = Trimis de
data-sent-at = Trimis la
data-interrupted = importul a fost întrerupt
data-sources = Surse
data-source = Sursă
data-events = Evenimente
data-conversations = Conversații
data-first = Primul eveniment
data-last = Ultimul eveniment
data-no-events = Nu a sosit încă niciun eveniment.
data-imports = Importuri
data-import = Import
data-imported-at = Importat la
data-rejected = Rânduri respinse
data-undo = Anulează
data-undone = anulat
data-back = Înapoi la date
data-quality = Calitatea datelor
data-quality-ever = Toate datele
data-quality-none = Din câte se poate spune, datele sunt în regulă.
data-quality-distorts = Distorsionează
data-quality-places = Unde anume
first-title = Deocamdată nu este nimic aici. Trei moduri de a începe
first-demo = Rulează magazinul demonstrativ
first-demo-why = Un magazin online simulat, cu 12.000 de conversații până azi, într-un minut. Este un singur import și poate fi anulat.
first-demo-shown = Acestea sunt datele unui magazin simulat.
first-demo-delete = Șterge datele demonstrative
first-import = Importă un fișier
first-import-why = Un export de tichete, apeluri sau chaturi ca CSV, xlsx sau Parquet, ori evenimente ca JSON Lines. Coloanele sunt recunoscute și vedeți întâi ce rezultă.
first-sign-in = Un coordonator sau un administrator poate face asta după autentificare.
first-connect = Conectează un sistem
first-connect-why = Programele trimit evenimentele pe măsură ce apar, cu un token creat de un administrator.
first-older = Cel mai nou eveniment este din { $day }, înainte de perioada afișată.
first-show-last = Arată ultimele 30 de zile ale datelor
upload-title = Importul fișierului { $name }
upload-interrupted = Importul acestui fișier a fost întrerupt și nimic nu a fost importat. Apăsați din nou butonul: ce există deja nu se schimbă.
upload-result = Ce rezultă
upload-kind = Fișierul conține
upload-kind-events = evenimente în formatul de evenimente
upload-kind-table = un tabel, după o mapare
upload-source = Sursa evenimentelor
upload-look = Previzualizează din nou
upload-strict = Totul sau nimic: importă doar dacă niciun rând nu e greșit
upload-import = Importă
upload-mapping = Maparea: ce înseamnă coloanele
upload-columns = Cum sunt înțelese coloanele
upload-column = Coloană
upload-meaning = Semnificație
upload-examples = Exemple
upload-left-out = nefolosită
upload-wrong = Rânduri care nu pot fi importate
upload-row = Rând
upload-field = Câmp
upload-reason = Ce nu este în regulă
upload-events = Primele evenimente
upload-rows = Primele rânduri
upload-remove = Șterge acest fișier
errand-import = Se importă { $name }
errand-demo = Se rulează magazinul demonstrativ
errand-undo = Se anulează { $name }
errand-stopped = { $name }: oprit
errand-failed = { $name }: nu a reușit
errand-undone = { $name }: anulat
errand-done = { $name }: importat
errand-reading = Evenimente citite: { $count }, { $rate } pe secundă
errand-folding = Evenimente citite: { $count }; acum sunt prelucrate și scrise
errand-left = au rămas circa { $time }
errand-stop = Oprește
errand-goes-on = Continuă și dacă părăsiți pagina. Dacă este oprit, nu schimbă nimic și poate fi reluat.
errand-well = Gata.
errand-nothing-changed = Nimic nu s-a schimbat în date.
errand-events-gone = Evenimente anulate
errand-rows = Rânduri citite
errand-events = Evenimente noi
errand-duplicates = Existau deja
errand-rejected = Rânduri respinse
errand-conversations = Conversații noi
errand-conflicts = Evenimente cu același id și conținut diferit
errand-reject-file = Toate, cu motivele lor, ca CSV
errand-overview = Vezi privirea de ansamblu a acestor zile
errand-again = Revezi fișierul
upload-nothing = Nimic nu poate fi importat așa cum este înțeles fișierul acum.
upload-events-all =
    { $count ->
        [one] Din întregul fișier rezultă un eveniment
        [few] Din întregul fișier rezultă { $shown } evenimente
       *[other] Din întregul fișier rezultă { $shown } de evenimente
    }
upload-events-sample =
    { $count ->
        [one] Din primele rânduri examinate rezultă un eveniment; se importă toate rândurile
        [few] Din primele rânduri examinate rezultă { $shown } evenimente; se importă toate rândurile
       *[other] Din primele rânduri examinate rezultă { $shown } de evenimente; se importă toate rândurile
    }
upload-rejected =
    { $count ->
        [one] Un rând dintre acestea nu poate fi importat și ar ajunge în fișierul celor respinse
        [few] { $shown } rânduri dintre acestea nu pot fi importate și ar ajunge în fișierul celor respinse
       *[other] { $shown } de rânduri dintre acestea nu pot fi importate și ar ajunge în fișierul celor respinse
    }
page-settings = Setări
settings-where = Ce hotărăște cum se numără evenimentele stă în
settings-how = Totul, în afară de ținte, se schimbă în acel fișier: `deskgauge check` îl citește, iar după schimbarea fusului, orelor, politicilor SLA sau câmpurilor rulați `deskgauge rebuild` și porniți din nou serviciul. Ce nu este scris acolo are valoarea implicită.
settings-differs = Fișierul spune altceva decât ce este în vigoare: a fost schimbat după pornirea serviciului. Rulați `deskgauge check`, apoi porniți din nou serviciul.
settings-meanwhile = fișierul a fost schimbat între timp: verificați și trimiteți formularul din nou
settings-nothing = Nu este setat nimic.
settings-targets = Ținte
settings-targets-rule = Limita fiecărui nivel: un număr, o pondere precum 92 % sau o durată precum 4h. O condiție numește rândurile pentru care este. Schimbarea este valabilă imediat.
settings-preset = În urma lor sunt valabile cele din setul { $name }.
settings-no-targets = Încă nu există ținte.
settings-filter = Condiție
settings-save = Salvează
settings-add = Adaugă o țintă
settings-workspace = Spațiu de lucru
settings-schedule = Ore de lucru
settings-sla = Politici SLA
settings-fields = Câmpuri proprii
settings-catalogue = Ferestre și parametri ai indicatorilor
settings-privacy = Confidențialitatea răspunsurilor
settings-limits = Limite
page-views = Vizualizări
view-name = Numele acestei vizualizări
view-save = Salvează vizualizarea
view-share = Pentru toți cei care se autentifică
view-shared = comună
view-private = doar a mea
view-all = Toate vizualizările și linkurile
view-own = Vizualizări salvate
view-who = Cine o vede
view-none = Nu este salvată nicio vizualizare. Alegeți filtre pe o pagină și salvați-o acolo.
view-name-missing = scrieți un nume sau un text de 1 până la 200 de caractere
share-title = Distribuie
share-rule = Oricine are linkul vede doar această pagină cu aceste filtre, fără autentificare.
share-name = Pentru cine sau ce
share-for = Este valabil
share-make = Creează un link
share-made = Linkul. Este arătat o singură dată.
share-password = Parolă, dacă este nevoie
share-nameless = Fără numele agenților
share-guard-password = cu parolă
share-frame = Pentru a o arăta într-o pagină proprie (adresa ei trebuie să fie în embed_origins, în fișierul spațiului de lucru):
share-asks = Această pagină cere o parolă
share-wrong = Parola este greșită.
share-open = Deschide
share-not-held = această pagină cere o parolă: deschideți linkul separat
share-agent = Agent { $number }
share-hidden = ascuns
share-links = Linkuri valabile
share-none = Niciun link nu este valabil acum.
share-by = Creat de
share-until = Până la
note-title = Note pe zile
note-day = Ziua
note-text = Ce s-a întâmplat
note-add = Adaugă o notă
note-day-missing = alegeți o zi
series-note = notă
share-days =
    { $count ->
        [one] o zi
        [few] { $shown } zile
       *[other] { $shown } de zile
    }
page-team-median = Mediana echipei
page-conversions-window = O vânzare se atribuie unei conversații dacă urmează în { $time }.
search-title = Căutare
search-for = Căutare: { $text }
search-what = Id-ul unei conversații sau un indicator
search-none = Nu s-a găsit nimic. Conversațiile se găsesc după id-ul întreg, indicatorii după cuvinte din nume.
