"""Words of pages that are no content: a reader of a page understands them, and an archive holds what they say."""

from __future__ import annotations

from totem_cli.model.fields import EpisodeFields
from totem_cli.model.vocabulary import vocabulary

UNDERSTOOD = frozenset(
    """
    a al and animateur animatrice anime animes animee animees animait au aux avec by chez con das date de debat debats
    del der des di die du e ein el en ein ensuite entre episode episodes et featuring for from guest guests hosted il
    in invite invitee invitees invites intervenants introduction is l la las le les lieu los mit moderated nos of on ou
    our par partners partenaires place presente presentee presentees pour q question questions recap recit host hosts
    speaker speakers sur tags talk the to und une un von when where with y zu ainsi que d s at enfin puis
    compte rendu contents sommaire ses posees abordees asked
    partnership partenariat association in collaboration conversation q1 q2 q3 n aller plus loin table
    ronde participants animation w presented premier ep presents presentes present anwesende attendees presenti
    asistentes
    """.split()
)
"""What begins or joins values: lead-ins, labels, conjunctions, articles."""

LABELS = frozenset(vocabulary(EpisodeFields)._words)
"""Labels of fields."""

OTHERWISE = frozenset(
    """
    nom fonction organisation titre structure mars juin mardi lundi premiere deuxieme second first two one th
    february monday pm utc june i ii jeudi octobre may ottobre octubre 7pm 1h30 anglais statut publie english
    october donnerstag januar jeu an april modera mercredi avril
    """.split()
)
"""Headers of tables of people, and words of dates, numbers, durations and languages."""
