"""The words by which a sentence tells a role, an organisation, a newsroom, a first name: French and English."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_ROLES = """
administrat* agent* agricult* ambassad* analyst* animat* anthropolog* apnéiste architect* artisan* artist* assistant*
associé* astronaut* astronom* astrophysic* auteur* autrice* author* avocat* biolog* botanist* bédéaste candidat*
cartograph* ceo cfo chair chairman chairwoman chairperson chargé* chef cheffe chercheu* chief chirurgien* chorégraph*
chroniqueu* chro cinéaste* cio ciso climatolog* cmo coach co-auteur* co-autrice* cofond* co-fond* cofound* co-found*
cohost columnist comédien* commissaire* compositeu* composer conférenci* conseill* consultant* contribut* coo
coordinat* coordonnat* correspondant* cpo cro cto curator cuisinier* danseu* data-scientist dean démograph* député*
designer* dessinat* developer* développeu* dg dga directeur* directrice* director* doctorant* docteur* doctor* doyen*
drh dsi dircom essayist* ecologist* écolog* économist* economist* écrivain* editor* éditeur* éditrice* editorialist*
éditorialist* élu* engineer* enseignant* entrepreneu* ergonom* ethnolog* étudiant* eurodéputé* evangelist* expert*
fellow fondat* fonctionnaire* founder* formateur* formatrice* futurist* futurolog* généticien* géograph* géolog*
géophysicien* géopolitolog* gérant* glaciolog* guide head historian* historien* host hydrolog* illustrat* imprim*
infirmi* informatici* ingénieu* inspect* instituteur* institutrice* inventeu* inventor* investisseu* investor*
journalist* juge juriste* lawyer* leader lecturer* lead libraire* linguist* luthier* maintainer* maire maître*
manager* marin maker* manageu* mathématici* mathematician* mayor médecin* médiat* membre* member* météorolog* menuisi*
militant* minister* ministre* moderator* modérat* musici* navigat* neurobiolog* neurolog* neuroscient* notaire*
novelist* océanograph* oceanograph* officier* ouvri* owner* paléontolog* partner paysagist* paysan* pdg peintre*
pharmacien* philosoph* photograph* physic* physicien* physicist* pilote* poet poète* polit* politist* politolog*
porte-parole prefet préfet* présentat* président* president* prêtre* principal prix producteur* productrice* producer*
prof prof. professeu* professor* programm* prospectivist* psychanalyst* rappeu* chanteu* singer musician actor actress
acteur* actrice* psychiat* psycholog* publisher* réalisat* recherch* rédact* régisseu* reporter* représentant*
researcher* responsable* retraité* romanci* sage-femme* salarié* scénarist* scientifiqu* scientist* scénograph*
sculpt* secrétaire* secretary sénat* senator* sérigraph* skipper* sociolog* sociologist* spécialist* specialist*
spokes* statistic* stagiaire* student* stylist* syndicalist* teacher* technic* théologien* traduct* translator*
trésori* treasurer* urbanist* vice-président* vice-president* vidéast* vigneron* virolog* volunteer* vp svp evp
writer* zoolog*
"""
_STRONG_MODIFIERS = "deputy vice former senior junior executive managing associate general acting honorary emeritus ex"
_ORGANISATION_WORDS = """
academy agence agency association associates bank banque bureau cabinet capital centre center club coalition collectif
collective college collège comité commission committee community company conseil coop council department département
école éditions faculté faculty federation fédération festival fondation foundation fund fonds france group groupe hub
hôpital hospital inc inserm institut institute international journal lab laboratoire labo labs limited ltd llc
magazine mairie media médias ministère ministry museum musée network news observatoire observatory ong partners party
parti press presse production productions project projet radio records research réseau revue sa sarl sas school
sciences services société society solutions start-up startup studio studios syndicat systems team tech technologies
technology télévision télévisions théâtre theatre times trust tv union université universities university université
ventures ville works
"""
_FIRST_NAMES = """
adam adele adrien agathe agnes alain alan albane albert alex alexander alexandra alexandre alexis alice aline alix
amandine amelie amina amir ana anais andre andrea andrew anna annabelle anne annick antoine antoinette antonio
aristide armand arnaud arthur astrid audrey aurelie aurelien aurore axel barbara bastien beatrice ben benedicte
benjamin benoit bernard bertrand blaise boris brian brice brigitte bruno camille carine carla carlos carole caroline
catherine cecile cedric celia celine chantal charles charlotte chloe christelle christian christine christophe claire
clara claude claudia claudine clement clementine clotilde colette colin coralie corinne cyril cyrille damien daniel
daniele danielle daphne david deborah delphine denis denise diane didier dimitri dominique dorothee edith edmond
edouard eleonore eliane elisa elisabeth elise elizabeth ella elodie elsa emilie emile emily emma emmanuel emmanuelle
eric erik estelle esther etienne eugenie eva eve evelyne fabien fabienne fabrice fanny fatima fatou felix fernand
flavie flora florence florent florian florine francine francis francois francoise frank franck fred frederic
frederique gabriel gabrielle gael gaelle gaspard gaston genevieve george georges gerald gerard geraldine germain
ghislaine gilbert gilles gregoire gregory guillaume gustave guy gwenaelle hadrien hannah hans harold helena helene
henri henry herve hugo hugues ibrahim ida ines ingrid irene iris isabelle ivan jack jacqueline jacques jade james jane
janine jean jeanne jennifer jeremie jeremy jerome jessica jim joan joanna joel joelle john johanna jonas jonathan
jordan jose joseph josephine josiane joy juan judith jules julia julian julie julien juliette justin justine karim
karen karima karine karl kate katia kevin khadija kim lara laure laurence laurent laurie lea leila leon leonard leonie
leo leslie liam liliane lilian lina linda lise lisa loic lola louis louise luc luca lucas lucie lucien lucienne lucile
ludivine ludovic luis lydie lydia madeleine mael magali maia malik manon manuel marc marcel marcelle margaux margot
marguerite maria marianne marie marina marine mario marion marius mark martha marthe martin martine mary mathias
mathieu mathilde matt matthew matthias matthieu maud maurice max maxime maximilien melanie melissa mehdi michael
michel michele micheline mickael miguel mike mila mireille mohamed mona monica monique morgane moussa muriel myriam
nadege nadia nadine nancy nasser natacha natalie nathalie nathan nicolas nicole nina nizar noa noe noel noemie nora
norbert octave odette odile olga olivia olivier omar ophelie oscar pablo pascal pascale patrice patricia patrick paul
paula paulette pauline pedro peter philip philippe pierre priscilla quentin rachel rachid raoul raphael raphaelle
raymond rebecca regine regis remi remy renaud rene renee richard robert robin rodolphe roger roland rolande romain
romane rosa rose roxane ruben ruth sabine sabrina salma salome sam samia samir samuel sandra sandrine sara sarah
sebastien selma serena serge severine simon simone sofia solange solene sonia sophia sophie stephane stephanie stephen
steve steven suzanne sven sylvain sylvie sylvia tanguy tania tatiana thea theo theodore theophile theresa therese
thibaud thibault thierry thomas tim timothee tom tony tristan ugo valentin valentine valerie vanessa vera veronique
victor victoire victoria vincent violette virginie vivien viviane walter wendy wilfried william willy xavier yann
yannick yasmine yael yohan yolande youssef yves yvette yvonne zacharie zoe
"""

PARTICLES = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "da",
        "do",
        "dos",
        "di",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "ten",
        "ter",
        "le",
        "la",
        "les",
        "el",
        "al",
        "ben",
        "bin",
        "ibn",
        "abu",
        "y",
        "e",
        "zu",
        "af",
        "av",
    ]
)
"""Words in lower case that stand inside a name."""

PREFIXES = frozenset(
    [
        "dr",
        "dr.",
        "pr",
        "pr.",
        "me",
        "m.",
        "mme",
        "mlle",
        "mr",
        "mr.",
        "mrs",
        "mrs.",
        "ms",
        "ms.",
        "prof",
        "prof.",
        "sir",
        "dame",
        "lord",
        "lady",
    ]
)
SUFFIXES = frozenset(["jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "phd", "ph.d.", "ph.d", "md", "m.d.", "esq.", "esq"])
"""What follows a name after a comma and belongs to it."""

UNDIVIDED = re.compile(
    r"(?:co-?)?(?:auteur|autrice|auteure|author|writer|écrivain|écrivaine|réalisat\w+|député\w*|sénat\w+|maire|mayor|"
    r"minist\w+|ambassad\w+|préf\w+|prix|lauréat\w*|traduct\w+|traduc\w+)\b",
    re.IGNORECASE,
)
"""Roles whose complement is a work, a place or an office, and no organisation."""

NEWSROOM = re.compile(
    r"(?:(?:de )?(?:toute )?(?:la rédaction|l['’]équipe(?: éditoriale)?|les équipes|les journalistes|"
    r"le magazine|la revue|"
    r"the (?:newsroom|editors|team|editorial team|staff|magazine))(?: of| at| from)?)\s+"
    r"(?P<link>(?-i:de la |de l['’]|de |du |des |d['’]))?(?P<name>\S.*)",
    re.IGNORECASE,
)
"""A phrase that names an organisation by its people: ``la rédaction d’Estran``."""

NEWSROOM_AFTER = re.compile(r"the (?P<name>[A-Z].*?) (?:newsroom|team|editorial team|staff)")


def bare(word: str) -> str:
    """A word without case, accents and the marks of inclusive writing: ``Fondateur·rice`` is ``fondateurrice``."""
    plain = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    return re.sub(r"[·•()]|(?<=\w)\.(?=\w)", "", plain).casefold().replace("’", "'")


def _patterns(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    plain = [bare(word) for word in words.split()]
    return (
        frozenset(word for word in plain if not word.endswith("*")),
        tuple(word[:-1] for word in plain if word.endswith("*")),
    )


_ROLE_WHOLE, _ROLE_STEMS = _patterns(_ROLES)
_MODIFIERS = frozenset(_STRONG_MODIFIERS.split())
_ORGANISATIONS, _ = _patterns(_ORGANISATION_WORDS)
_FIRST = frozenset(_FIRST_NAMES.split())


def is_role(word: str) -> bool:
    """Whether a word is the noun of a role: ``CEO``, ``fondatrice``, ``Engineer``."""
    plain = bare(word).strip(",.;:'\"")
    plain = plain.removeprefix("l'").removeprefix("d'").removeprefix("ex-")
    return plain in _ROLE_WHOLE or any(plain.startswith(stem) for stem in _ROLE_STEMS)


def is_modifier(word: str) -> bool:
    """Whether a word stands before the noun of a role: ``Deputy``, ``Senior``."""
    return bare(word) in _MODIFIERS


def is_organisation(word: str) -> bool:
    """Whether a word stands in the names of organisations only: ``Université``, ``Labs``."""
    return bare(word).strip(".,'").removeprefix("l'") in _ORGANISATIONS


def is_first_name(word: str) -> bool:
    """Whether a word is a frequent first name; a compound one by its first part."""
    return bare(word).partition("-")[0] in _FIRST
