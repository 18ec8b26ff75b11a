"""How the stage looks: from text to terminal text. Nothing here reads or writes anything."""
