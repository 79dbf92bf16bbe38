#!/bin/sh
# The real archive, entered with totem's own commands: build.sh FOLDER
#
# Run it twice and nothing changes the second time: what is there already is left as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
TOTEM_ARCHIVE=${1:?"build.sh FOLDER: where the archive is to be"}
TOTEM_IF_EXISTS=skip
export TOTEM_ARCHIVE TOTEM_IF_EXISTS

totem init "$TOTEM_ARCHIVE" --title "TOTEM" --language fr

totem add series "TOTEM Collaboration : quand le contexte bouleverse le faire" --slug collaboration --intro "$here/introduction.md"
totem add host collaboration "Thierry Keller" --role "directeur des rédactions d’Usbek & Rica"
totem add partner collaboration "Usbek & Rica" --billed-as "la rédaction d’Usbek & Rica"

totem add episode "Interdépendances des marchés : faut-il abolir la mondialisation ?" \
  --slug interdependances-des-marches --recap "$here/1-recap.md"
totem add guest 1 "Virginie Raisson-Victor" --role "géopolitologue prospectiviste"
totem add guest 1 "Arthur Barillas" --role "fondateur et CEO" --organisation "Ovrsea"
totem add question 1 - <"$here/1-questions.txt"

totem add episode "Makers & Industriels, vers une collaboration pérenne ?" \
  --slug makers-et-industriels --recap "$here/2-recap.md"
totem add guest 2 "Maximilien Bacot" --role "co-fondateur et managing partner" --organisation "Breega"
totem add guest 2 "Emmanuelle Roux" --role "CEO" --organisation "LeChaudron.io" --organisation "Sc21"
totem add guest 2 "Quentin Allinne" --role "ingénieur produit du masque EasyBreath" --organisation "Décathlon"
totem add question 2 - <"$here/2-questions.txt"

totem add episode "Vers de nouvelles collaborations post-crise ?" \
  --slug nouvelles-collaborations-post-crise --recap "$here/3-recap.md"
totem add guest 3 "Antoine Puymirat" --role "fondateur et CEO" --organisation "Planity"
totem add guest 3 "Eric Alessandri" --role "fondateur et CEO" --organisation "Wizaplace"
totem add guest 3 "Nizar Melki" --role "fondateur et CEO" --organisation "Sporteasy"

totem check --strict
