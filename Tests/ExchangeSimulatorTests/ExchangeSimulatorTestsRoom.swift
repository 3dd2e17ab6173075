// ExchangeSimulatorTests: see ARCHITECTURE.md. Removed with this room's first file.
